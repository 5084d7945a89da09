"""Starts the program in the folder that PyInstaller makes."""

from codecommit_doctor.cli import main

main()
