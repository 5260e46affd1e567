"""Processes forked from a clean server that has the product loaded, so that they start fast and share nothing with the test."""

import multiprocessing

context = multiprocessing.get_context("forkserver")
context.set_forkserver_preload(["tests.domain.actions.test_concurrency", "ui.cli"])
