#!/usr/bin/env python3
"""Runs a program, and its child processes, with the system clock on another day.

usage: on_date.py LIBRARY YYYY-MM-DD PROGRAM ARGUMENT...

LIBRARY is the library built from later_clock.cpp. The clock starts at noon UTC of the day and advances. It does not
affect statically linked programs.
"""
import datetime
import os
import sys
import time


def main():
    library, date, *program = sys.argv[1:]
    noon = datetime.datetime.fromisoformat(date + "T12:00:00+00:00")
    # The difference and not the day, so that the time advances for programs that start one after the other.
    clock = {"LD_PRELOAD": library, "LATER_CLOCK": str(round(noon.timestamp() - time.time())), "ON_DATE": date}
    os.execvpe(program[0], program, os.environ | clock)


main()
