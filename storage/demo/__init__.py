"""Demo data: an invented Italian support firm with six months of work."""

from storage.demo.building import build_demo
from storage.demo.cast import DEMO_USERS

__all__ = ["DEMO_USERS", "build_demo"]
