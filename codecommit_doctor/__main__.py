"""``python -m codecommit_doctor``."""

from codecommit_doctor.import_path import leave_out_current_folder

if __name__ == "__main__":
    leave_out_current_folder()  # before anything else is imported

from codecommit_doctor.cli import main

if __name__ == "__main__":
    main()
