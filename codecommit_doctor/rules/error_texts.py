"""Texts that people meet and that belong to no check: of services, of shells, of Git itself.

The texts of a condition stand with its check, as ``symptoms=``.
"""

from __future__ import annotations

from msgspec import Struct

from codecommit_doctor.rules.client_texts import CLIENTS, Text

__all__ = ["CONTEXTS", "OTHER_HOST", "TEXTS", "LogContext", "Text"]


class LogContext(Struct, frozen=True):
    """Words that tell where a text was printed, and what is likely there.

    explains: ids of what must be found too, or it is not told. first: the checks that are to be
    named first then.
    """

    id: str
    pattern: str
    meaning: str
    explains: tuple[str, ...]
    first: tuple[str, ...] = ()


OTHER_HOST = (
    r"(?:unable to access|could not read (?:Username|Password) for|Authentication failed for"
    r"|repository) ['\"‘“]?https?://(?:[^/@\s]*@)?(?![^/\s]*(?:codecommit|amazonaws"
    r"|console\.aws\.amazon|safelinks|urldefense|[<*$]))"
    r"[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?::\d+)?(?=[/'\"’”\s]|$)"
)
"""A text of Git's own about an address that is none of CodeCommit's. A host without a dot, or a
number, may be a tunnel to it."""

_SSH = (
    "This address uses SSH or git://, or an address that Git does not know. Credential helpers are "
    "for https:// alone: with SSH the key of the IAM user counts"
)

TEXTS: tuple[Text, ...] = (
    *CLIENTS,
    Text(
        "git/other-host",
        OTHER_HOST,
        "The address in this text does not lead to CodeCommit. The login of that server counts "
        "there, and nothing of what belongs to CodeCommit",
    ),
    Text(
        "git/other-service",
        r"TF40\d{4}|HTTP Basic: Access denied|Support for password authentication was removed"
        r"|personal access token",
        "Another service than CodeCommit (GitHub, GitLab, Azure DevOps) answered with this: see "
        "where the address leads, submodules and insteadOf rules included",
        elsewhere=True,
    ),
    Text(
        "git/working-folder",
        r"Cannot come back to cwd|Unable to read current working directory"
        r"|cannot get current working directory|cannot access parent directories",
        "Git may not read the folder that it was started in, or that folder is gone. Start it in "
        "one that its user may read (npm as root changes the user)",
    ),
    Text(
        "git/user-without-name",
        r"unable to look up current user in the passwd|no name was given and auto-detection",
        "The user that runs git has no entry in the passwd file, as in many containers. Set "
        "GIT_COMMITTER_NAME and GIT_COMMITTER_EMAIL, or give the user an entry",
    ),
    Text(
        "git/sha256",
        r"support this repository's (?:object format|hash algorithm)|unknown object format"
        r"|unsupported object format|unknown hash algorithm|mismatched algorithms|sha256-?repo",
        "CodeCommit keeps repositories in SHA-1 alone. Make the clone anew, without "
        "--object-format=sha256",
    ),
    Text(
        "git/lfs",
        r"batch response:|\bgit.lfs\b|/info/lfs|Smudge error|smudge filter lfs"
        r"|Object does not exist on the server",
        "CodeCommit has no Git LFS server. Keep large files elsewhere, or set lfs.url to a server "
        "that has one",
    ),
    Text(
        "git/no-remote",
        r"does not appear to be a git repository|No such remote|No remote configured"
        r"|No configured push destination|no remote repository specified|not a git repository"
        r"|Unknown remote|has no configured URL|bad repository '",
        "Git does not know this remote, or the folder is no clone. This is before any access",
    ),
    Text(
        "git/no-ref",
        r"couldn't find remote ref|Remote branch .* not found|src refspec .* does not match any"
        r"|no such ref was fetched|remote ref does not exist|has no branch|unborn branch"
        r"|remote HEAD refers to nonexistent|pathspec '.*' did not match any"
        r"|you appear to have cloned an empty repository|matching refspec|unable to resolve ref"
        r"|reference not found|find any revision to build|have a branch named|no branch named"
        r"|(?:Branch|Commit|Reference|Tag)(?:Id)?DoesNotExist",
        "Git reached the repository; the branch or tag that was named is not there",
    ),
    Text(
        "git/rejected",
        r"\[rejected\]|non-fast-forward|fetch first|failed to push some refs"
        r"|pre-receive hook declined|stale info|\[remote rejected\]|not possible to fast-forward",
        "Git reached the repository, and the push was rejected by its state or its rules: pull "
        "first, or see why the branch may not be changed",
    ),
    Text(
        "git/broken-connection",
        r"RPC failed(?!.*\b40[13]\b)|early EOF|expected flush after|unexpected end of file"
        r"|unexpected response end packet|bad line length character|protocol error: "
        r"|pack has bad object|invalid index-pack output|fetch-pack: "
        r"|HTTP2 framing layer|error reading section header|expected response end"
        r"|unexpected flush packet|rewind rpc post data|Transferred a partial file"
        r"|Failed sending HTTP2 data"
        r"|stream .* was not closed|bad pack header|disconnect while reading sideband",
        "The connection broke while data was sent. Try again; for a large push raise "
        "http.postBuffer, and look at proxies on the way",
        general=True,
    ),
    Text(
        "git/plain-http",
        r"unencrypted HTTP remote",
        "The address begins with http://. CodeCommit is at https:// alone",
    ),
    Text(
        "git/limit",
        r"exceeds? (?:CodeCommit's|the) [\w ]*(?:size )?(?:limit|quota)"
        r"|(?:file|repository|blob|object|pack|reference) size (?:exceeds|limit)"
        r"|exceeds (?:the )?maximum (?:allowed )?(?:file )?size|SizeLimitExceeded|FileTooLarge",
        "CodeCommit was reached, and a limit of its own stops the push: a file may have 2 GB",
    ),
    Text(
        "python/does-not-start",
        r"init_fs_encoding|@executable_path/\.\./\.Python|No module named 'encodings'"
        r"|urllib3 v\d only supports OpenSSL|module '[\w.]+' has no attribute"
        r"|Error loading Python (?:lib|DLL)|env: '?python[\d.]*'?: No such file"
        r"|Fatal Python error|Failed to import the site"
        r"|No module named 'botocore'|cannot import name .* from '",
        "A Python program, such as the AWS CLI or git-remote-codecommit, does not start: its "
        "Python has changed, or PYTHONHOME is set. Unset that, or install the program anew",
    ),
    Text(
        "program/other-system",
        r"version .GLIBC\S* not found|bad CPU type in executable|Exec format error"
        r"|not compatible with the version of Windows|is not a valid Win32 application",
        "The program is built for another processor or a newer system than this one. Install the "
        "one for this machine",
    ),
    Text(
        "python/encoding",
        r"codec can't (?:encode|decode)",
        "A Python program, such as the AWS CLI, can't read or print a character in the encoding of "
        "this machine. Set the variable PYTHONUTF8 to 1 where Git runs",
    ),
    Text(
        "aws/artifact",
        r"Unable to access the artifact with Amazon S3",
        "CodePipeline can't read the artifact in S3: the role of the pipeline or of the action "
        "lacks s3:GetObject or kms:Decrypt for it. Git and CodeCommit have no part in it",
    ),
    Text(
        "aws/new-customers",
        r"CreateRepository request is not allowed|no existing repository in this AWS account",
        "CodeCommit was closed to new customers from July 2024 to November 2025, and this account "
        "counted as one. Ask AWS Support",
    ),
    Text(
        "git/this-machine",
        r"No space left on device|Filename too long|Out of memory, malloc|Disk quota exceeded"
        r"|Out of memory, realloc|^(?!.*credential).* died of signal 9\b"
        r"|unable to create file|unable to write loose"
        r"|Too many open files|thread failed to start|Cannot allocate memory"
        r"|could not create (?:work tree dir|leading directories)"
        r"|Read-only file system|insufficient permission for adding",
        "This is about the disk, the folder or the memory of the machine that runs git, and not "
        "about access to CodeCommit",
    ),
    Text(
        "shell/pattern",
        r"no matches found: (?:codecommit|https)",
        "zsh takes ? * and [ in a word for a pattern. Put the address in single quotes",
    ),
    Text(
        "git/plain-text-password",
        r"uses plaintext credentials",
        "The address holds a password. Take it out, and let a credential helper answer",
    ),
    Text(
        "git/old-server-capability",
        r"Server does not support|does not support (?:shallow|filter|--\w)|the other side has no"
        r"|Server version|server doesn't support|receiving end does not support",
        "The server does not have this ability of Git. Do without the option",
    ),
    Text(
        "git/other-server",
        r"info/refs not valid|invalid server response|redirecting to |url base from redirection"
        r"|returned error: (?:30\d|405|41[0134])|invalid ls-refs response|invalid packet"
        r"|malformed response in ref list",
        "Something else than CodeCommit may have answered: a proxy, a login page, a redirection",
    ),
    Text(
        "git/http-setting",
        r"value given to http\.|unsupported proxy authentication|Unknown delegation method"
        r"|unsupported ssl version|value for http\.postBuffer|http\.pinnedPubkey|Invalid proxy URL"
        r"|value transfer\.credentialsInUrl"
        r"|supported with cURL|transport\.color|unknown value for config|invalid depth option"
        r"|curl_easy_init|curl_global_init|curl_multi|requires? protocol v|no longer supported"
        r"|operation not supported by protocol|protocol version 2|git-http-push failed"
        r"|http transport does not support|fetch by sha1|not supported by protocol",
        "A setting or an option for connections (http.*, protocol.*, transport.*) is nothing that "
        "this Git, its libcurl or the server can do",
    ),
    Text(
        "git/own-helper",
        r"credential storage lock|write credential store|default path; use --file"
        r"|unable to read credential|unable to open .*git-credentials|credential-cache"
        r"|told us to quit|get password from user|skipping credential lookup|credential value for"
        r"|credential helper '|credential-\S+ .*died of signal|unable to connect to cache daemon"
        r"|credential-cache--daemon|permissions on your socket directory are too loose",
        "A credential helper, or the file of git-credential-store, had an error of its own",
    ),
    Text(
        "program/crashed",
        r"^(?!.*credential).* died of signal (?!9\b)|\(core dumped\)|Segmentation fault"
        r"|while loading shared libraries|symbol lookup error|Symbol not found: |undefined symbol: "
        r"|\bcmd_: (?:command )?not found",
        "A program crashed, or found no library or part of Git that fits it. Install git, or the "
        "program that is named, anew; variables such as LD_LIBRARY_PATH and GIT_EXEC_PATH may "
        "lead it to those of another one",
    ),
    Text(
        "git/remote-helper-broke",
        r"remote helper|unexpectedly said|helper said|helper reported|^helper .* does not support"
        r"|fatal: helper |unknown response to connect|fast-import|fast-export|remote-helper doesn't"
        r"|refspec capability|connect to subservice|invalid remote service path|helper output fd"
        r"|without a matching 'ok|remote-curl: |thread failed|process failed|copying data",
        "A program that Git starts for an address (git-remote-https, git-remote-codecommit) ended "
        "unexpectedly: its own words stand above",
        general=True,
    ),
    Text(
        "git/ssh",
        r"Permission denied \(publickey|Host key verification failed|ssh variant|strange hostname"
        r"|strange port|strange pathname|unable to look up (?!current user)"
        r"|unable to connect to (?!the remote server|cache daemon)|cannot start proxy"
        r"|protocol '[a-z][a-z+.-]*' is not supported|ssh: "
        r"|unknown port|forbidden in git://|kex_exchange_identification"
        r"|ssh_exchange_identification|no matching host key type|Too many authentication failures"
        r"|REMOTE HOST IDENTIFICATION HAS CHANGED|UNPROTECTED PRIVATE KEY|no mutual signature"
        r"|Bad owner or permissions on|Permission denied, please try again|SSH agent requested"
        r"|plink|host key is not cached|Load key \"|MSG_KEXINIT|Connection \w+ by .* port 22\b",
        _SSH,
    ),
    Text("git/remote-not-read", r"Could not read from remote repository", _SSH, general=True),
    Text(
        "aws/parameters",
        r"Parameter validation failed|Invalid value \('|Value out of range|Unknown parameter '"
        r"|Unknown key '|required parameters are missing|were provided for operation"
        r"|does not have method|cannot be paginated|must be an integer|Invalid expression",
        "The AWS CLI or SDK was called with a value that it does not take",
        general=True,
    ),
    Text(
        "aws/told",
        r"An error occurred \([\w.]+\)[^\n]*: \w",
        "AWS answered with an error; what stands behind the colon says why",
        general=True,
    ),
    Text(
        "aws/other",
        r"An unspecified error|request capacity available|response stream|total bytes expected"
        r"|Error during pagination|Waiter .* failed|does not support MD5|Checksum .* failed"
        r"|stream is not seekable|stream, but stream|Unknown builtin variable|Botocore supports"
        r"|service style|botocore\.exceptions\.|An error occurred \([^:]*$"
        r"|Error getting response stub|BrokenPipeError|\[Errno 32\]",
        "The AWS CLI or SDK had an error that says nothing of the cause: run the same command "
        "with --debug",
        general=True,
    ),
    Text(
        "git/transfer",
        r"invalid (?:un)?shallow line|invalid shallow|invalid unshallow|expected shallow"
        r"|expected DELIM"
        r"|packfile to be sent|wanted-ref|sideband|remote unpack|unpack status|packet write"
        r"|Unparsable response from server|write flush"
        r"|write delim|write response end|flush packet write|fatal: read error|rev-list"
        r"|no common commits"
        r"|pack-objects|invalid length read|length header were|body are still|necessary objects"
        r"|acknowledgment line|push certificate|push negotiation|atomic push failed"
        r"|unadvertised object"
        r"|remote head|fsck failed|cannot deflate|curl seek|rpc buffer|pushes this big|invalid hash"
        r"|pack index|temporary file|local file|requested range invalid|write to remote"
        r"|write request to remote|status line from remote|ref status from remote|unknown ref"
        r"|unexpected ref|shallow found|source repository is shallow|fetch failed\."
        r"|download file at"
        r"|reported error|error: object not|remote did not|expected no other sections"
        r"|unexpected 'ready'|<hash> <uri>|EOF when not gentle|quoting in push-option|fd leakage"
        r"|flush a file|truncate a file|send-pack: |invalid nonce|invalid commit|error in object"
        r"|recognized by server|other end cannot be shallow|SO_KEEPALIVE|unknown msg id",
        "If git printed this, it reached the server, and the transfer failed. Try again; if it "
        "stays so, look at proxies on the way, at the disk, and at the clone (git fsck)",
        general=True,
    ),
    Text(
        "git/own-clone",
        r"refusing to merge unrelated|remote \S+ already exists|would be overwritten by"
        r"|need to specify how to reconcile|CONFLICT \(|index\.lock|cannot lock ref"
        r"|You have unstaged changes"
        r"|divergent branches|detached HEAD|destination path '.*' already exists",
        "This is about the clone itself and its branches, not about access",
        general=True,
    ),
    Text(
        "git/hung-up",
        r"remote end hung up|the remote hung up",
        "The other side ended the connection; the lines above say why, if anything does",
        general=True,
    ),
    Text(
        "git/submodule",
        r"into submodule path|a second time, aborting|Failed to recurse into submodule"
        r"|Unable to fetch in submodule|Errors during submodule fetch|no submodule mapping",
        "A submodule could not be fetched: why stands above. Its address stands in .gitmodules",
        general=True,
    ),
    Text(
        "git/ended",
        r"exited with 128|exited with exit code 128|exit status:? 128|exit code:? 128"
        r"|exit code=128|status code:? 128|error code:? 128|npm ERR! code 128|npm error code 128"
        r"|git (?:clone|fetch|checkout|ls-remote)[^\n]*"
        r" did not run successfully|failed with errorcode '?128|Command \"git[^\"]*\" failed"
        r"|ERR_PNPM_GIT|failed with exit code 128|Failed to clone "
        r"|could not download module|Failed to download module"
        r"|Unable to clone repository|Failed to execute git clone|Cannot fetch \S+ from http",
        "Another program ran git, and git ended with an error (128): its own words stand above or "
        "below, and say why",
        general=True,
    ),
    Text(
        "git/remote-error",
        r"remote error: |^remote: ",
        "The server itself says this",
        general=True,
    ),
    Text(
        "git/unable-to-access",
        r"unable to access(?: ['\"]?https?://|$)|HTTP request failed|http-fetch failed",
        "Git could not talk to the server; what stands behind the address says why",
        general=True,
    ),
)


CONTEXTS: tuple[LogContext, ...] = (
    LogContext(
        "build-service",
        r"\[Container\] \d{4}/|CODEBUILD_|CLIENT_ERROR|DOWNLOAD_SOURCE|# Cloning repository: "
        r"|Build environment configured|AWS CodeBuild|Amplify",
        "This is the log of a build service (CodeBuild, Amplify): the role of the build needs "
        "codecommit:GitPull on the repository",
        ("git-access/refused", "iam-permissions"),
        ("iam-permissions", "kms-deny", "kms-key", "repository-exists"),
    ),
    LogContext(
        "codebuild-helper",
        r"\[Container\] \d{4}/|CODEBUILD_|AWS CodeBuild",
        "In CodeBuild git has a credential helper only where the buildspec says so: under env, "
        "git-credential-helper: yes; or a command that sets the AWS helper",
        ("credential-handshake/no-answer",),
    ),
    LogContext(
        "codepipeline-files",
        r"\[Container\] \d{4}/|CODEBUILD_|AWS CodeBuild",
        "CodePipeline hands CodeBuild the files without .git, unless the source action makes a "
        "full clone (OutputArtifactFormat CODEBUILD_CLONE_REF; the role of the build needs "
        "codecommit:GitPull then)",
        ("git/no-remote",),
    ),
    LogContext(
        "transfer-broke",
        r"RPC failed(?!.*\b40[13]\b)",
        "The connection was made, and broke while data was sent. Try again; for a large push raise "
        "http.postBuffer or push in parts, and look at proxies on the way",
        ("endpoint-reachable/connection", "endpoint-reachable/time"),
    ),
    LogContext(
        "git-credentials-user",
        r"://[^/@\s]*-at-\d+(?:\+\d+)?(?::[^/@\s]*)?@",
        "The user name in the address is one of IAM Git credentials. Their password counts, and "
        "not the AWS helper: it may be inactive, reset or deleted, or one stored here is older",
        ("git-access/refused", "credential-handshake/no-answer"),
        ("git-credentials",),
    ),
)
