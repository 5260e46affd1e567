"""How data is kept and moved: engines, migrations, queries for screens, files in and out."""
