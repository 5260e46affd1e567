"""The storage: database, migrations, queries for screens, importers, exporters and demo data."""
