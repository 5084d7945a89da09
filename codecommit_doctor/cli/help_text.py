"""What --help prints; python -m tools.man writes it."""

__all__ = ["TEXT"]

TEXT = """\
Usage: codecommit-doctor [OPTIONS] [TARGET]...
       codecommit-doctor COMMAND ...

  Find out why Git over HTTPS to AWS CodeCommit answers 403 or prompts for a
  password.

  It changes nothing without --fix.

  Examples:
    codecommit-doctor                  check the remotes of this clone
    codecommit-doctor --fix            show each fix, ask, and apply it
    codecommit-doctor run -- git push  run a command, find out why it fails

  Main options (all of them: codecommit-doctor doctor --help):
    TARGET             a remote, an address, or the folder of a clone
    --fix              fix what can be fixed; take it back with: undo
    -v, --verbose      show what passed and what was not checked, too
    --offline          send nothing to the network
    --profile NAME     the AWS profile to check with
    --format FORMAT    console, json, junit, sarif, markdown, html ...
    --report FORMAT=FILE  write a report to a file, too

  Exit codes: 0 nothing failed, 1 something failed or, with --fix,
  could not be fixed, 2 wrong usage, 3 the doctor itself had an error,
  4 warnings with --strict, 130 interrupted.

Options:
  --version             Show the version and exit.
  --debug               Log each program that is run, with its time, to
                        standard error.
  --install-completion  Install completion for the current shell.
  --show-completion     Show completion for the current shell, to copy it or
                        customize the installation.
  -h, --help            Show this message and exit.

Commands:
  doctor         Find problems, and fix them with --fix (the default).
  bundle         Collect everything that support needs in one zip.
  checks         List the checks.
  compare        Show what differs between two reports or bundles.
  explain        Explain what you see, a check or a finding.
  explain-error  Explain an error text of Git or AWS.
  fleet          Say what many machines' reports have in common.
  run            Run a command, and find out why Git fails in it.
  undo           Undo the last fix.
  view           Show a report or a bundle.
"""
