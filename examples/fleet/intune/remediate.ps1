# Remediation script of an Intune remediation: applies the safe fixes, without asking.
#
# The rules of its world: those of detect.ps1. Beyond them:
# - It runs only after detect.ps1 ended with 1, and detect.ps1 runs once more behind it.
# - Exit code 0 says that it worked. What cannot be fixed on the machine, an account without rights,
#   is no failure of the fix, so that the device does not try again and again.
# - The user can take it back: codecommit-doctor undo.
$ErrorActionPreference = 'SilentlyContinue'
$ProgressPreference = 'SilentlyContinue'

$program = (Get-Command -Name 'codecommit-doctor' -CommandType Application | Select-Object -First 1).Source
if (-not $program) {
    Write-Output 'codecommit-doctor is not installed'
    exit 0
}

$null = & $program --fix --yes 2>$null
$verdict = & $program --quiet 2>$null
$code = $LASTEXITCODE
$line = ($verdict -join ' | ') -replace '[^\x20-\x7E]', '?'
if (-not $line) { $line = "codecommit-doctor ended with exit code $code" }
if ($line.Length -gt 2000) { $line = $line.Substring(0, 2000) }
Write-Output $line
if ($code -eq 2 -or $code -eq 3) { exit 1 }
exit 0
