"""Processes that share nothing with the test's own, and start at once: forked from a clean one that has the product loaded."""

import multiprocessing

context = multiprocessing.get_context("forkserver")
context.set_forkserver_preload(["tests.domain.actions.test_concurrency", "ui.cli"])
