"""``python -m codecommit_doctor``."""

from codecommit_doctor.cli import main

if __name__ == "__main__":
    main()
