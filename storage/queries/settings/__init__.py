"""Settings as the screens show them."""
