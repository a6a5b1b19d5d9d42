#!/usr/bin/env python3
"""Runs a program, and what it starts, with the system's clock on another day.

usage: on_date.py LIBRARY YYYY-MM-DD PROGRAM ARGUMENT...

LIBRARY is what is built from later_clock.cpp. The day begins at noon, UTC, and goes on from there. Statically linked
programs do not see it.
"""
import datetime
import os
import sys
import time


def main():
    library, date, *program = sys.argv[1:]
    noon = datetime.datetime.fromisoformat(date + "T12:00:00+00:00")
    # The difference and not the day, so that programs that start one after the other see time go on.
    clock = {"LD_PRELOAD": library, "LATER_CLOCK": str(round(noon.timestamp() - time.time())), "ON_DATE": date}
    os.execvpe(program[0], program, os.environ | clock)


main()
