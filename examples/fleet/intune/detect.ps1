# Detection script of an Intune remediation: exit code 1 starts remediate.ps1.
#
# The rules of its world:
# - Intune keeps the last line of standard output, 2,048 characters of it, and takes anything on
#   standard error for a failure of the script.
# - "Run this script using the logged-on credentials": Yes. SYSTEM has no Git configuration of yours.
# - "Run script in 64-bit PowerShell": Yes. Else the PATH has other programs.
# - Windows PowerShell 5.1 runs it; the file is saved as UTF-8 without a mark, and holds ASCII alone.
# - Export of "Pre-remediation detection output" as CSV gives the lines of all devices.
$ErrorActionPreference = 'SilentlyContinue'
$ProgressPreference = 'SilentlyContinue'

$program = (Get-Command -Name 'codecommit-doctor' -CommandType Application | Select-Object -First 1).Source
if (-not $program) {
    Write-Output 'codecommit-doctor is not installed'
    exit 0
}

$verdict = & $program --quiet 2>$null
$code = $LASTEXITCODE
$line = ($verdict -join ' | ') -replace '[^\x20-\x7E]', '?'
if (-not $line) { $line = "codecommit-doctor ended with exit code $code" }
if ($line.Length -gt 2000) { $line = $line.Substring(0, 2000) }
Write-Output $line
if ($code -eq 1) { exit 1 }
exit 0
