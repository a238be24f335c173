"""Runs cloud-init and a script of lxops, each on a layer of its own over this system, and compares what they left.

Standard input is JSON: a list of {name, config, base, script}. What differs goes to /root/differences.json. It runs
as root in a container, which has nothing else to do.
"""
import base64
import crypt
import ctypes
import datetime
import json
import os
import re
import stat
import socket
import subprocess
import sys

from cloudinit.cmd import main as cloud_init

# What both write about themselves, and what programs keep for themselves.
OWN = re.compile(
    r"^/(run|tmp|proc|sys|dev|etc/cloud|var/(cache|lib/apt/lists|lib/cloud|lib/lxops|log|tmp))(/|$)"
    r"|^/etc/(\.pwd\.lock|(passwd|shadow|group|gshadow|subuid|subgid)-)$|^/case$"
)
PASSWORDS = ["s3cret'$x", "first", "second", "third"]
TODAY = str((datetime.datetime.now(datetime.timezone.utc) - datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)).days)

# Its programs are stages of one, which starts slowly; what they need is read once here, before they are forked.
STAGES = [["init", "--local"], ["init"], ["modules", "--mode=config"], ["modules", "--mode=final"]]
NEW_UTS = 0x04000000
ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LC_ALL": "C.UTF-8"}
LXOPS = """
hostname before
/bin/sh -s </case; code=$?
hostname >/tmp/hostname
exit $code
"""


def call(*argv, **options):
    return subprocess.run(argv, check=True, **options)


def layer(directory):
    """Makes a layer over the system, and returns its root."""
    for part in ("upper", "work", "root"):
        os.makedirs(f"{directory}/{part}")
    options = f"lowerdir=/,upperdir={directory}/upper,workdir={directory}/work,userxattr"
    root = f"{directory}/root"
    call("mount", "-t", "overlay", "overlay", "-o", options, root)
    call("mount", "-t", "proc", "proc", f"{root}/proc")
    call("mount", "--rbind", "/dev", f"{root}/dev")
    call("mount", "--rbind", "/sys", f"{root}/sys")
    return root


def run(root, script):
    done = subprocess.run(
        ["unshare", "--uts", "chroot", root, "/bin/sh", "-c", script],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=ENVIRONMENT,
    )
    return done.returncode, done.stdout.decode(errors="replace")


def forked(action):
    """Runs an action in a process of its own, and returns its exit code."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            code = action() or 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def run_cloud_init(root):
    def stages():
        ctypes.CDLL(None).unshare(NEW_UTS)
        socket.sethostname("before")
        os.chroot(root)
        os.chdir("/")
        os.environ.clear()
        os.environ.update(ENVIRONMENT)
        null = os.open("/dev/null", os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(null, stream)
        for stage in STAGES:
            forked(lambda: cloud_init.main(["cloud-init", *stage]))
        write("/tmp/hostname", socket.gethostname() + "\n")

    forked(stages)


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)


def paths(upper):
    for directory, names, files in os.walk(upper):
        for name in names + files:
            path = os.path.join(directory, name)[len(upper):]
            if not OWN.match(path):
                yield path


def plain_shadow(text):
    """The same for the same passwords, whatever salt they got, on whatever day the test runs."""
    lines = []
    for line in text.splitlines():
        fields = line.split(":")
        if len(fields) == 9:
            bare = fields[1].lstrip("!")
            for password in PASSWORDS:
                if bare.startswith("$") and crypt.crypt(password, bare) == bare:
                    fields[1] = fields[1].replace(bare, f"<{password}>")
            if fields[2] == TODAY:
                fields[2] = "today"
        lines.append(":".join(fields))
    return "\n".join(lines) + "\n"


def state(root, path):
    try:
        found = os.lstat(root + path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    result = {"mode": oct(stat.S_IMODE(found.st_mode)), "owner": f"{found.st_uid}:{found.st_gid}"}
    if stat.S_ISLNK(found.st_mode):
        return {"link": os.readlink(root + path)}
    if stat.S_ISDIR(found.st_mode):
        return {**result, "kind": "directory"}
    if not stat.S_ISREG(found.st_mode):
        return {**result, "kind": "other"}
    with open(root + path, "rb") as file:
        content = file.read()
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return {**result, "base64": base64.b64encode(content).decode()[:2000], "size": len(content)}
    return {**result, "text": plain_shadow(text) if path == "/etc/shadow" else text}


VIEWS = {
    "hostname": "cat /tmp/hostname",
    "sudo": "cat /etc/sudoers.d/* | grep -v '^#' | grep . | tr -s ' \\t' ' ' | sort",
    "sudo is right": "visudo -c >/dev/null 2>&1 && echo yes",
    "sshd": "mkdir -p /run/sshd; sshd -T 2>/dev/null | grep -i -e passwordauth -e hostcert -e hostkey | sort",
    "locale": "sh -c '. /etc/default/locale 2>/dev/null; echo $LANG'; locale -a",
    "trusted": "awk '/BEGIN CERT/ { text = \"\" } { text = text $0 } /END CERT/ { print text }' /etc/ssl/certs/ca-certificates.crt | sort | sha256sum",
    "hosts": "grep -v '^#' /etc/hosts | grep . | tr -s ' \\t' ' ' | sort",
    "apt": "apt-config dump | grep -v -e '^DPkg::' -e '^Dir::' | sort",
    "sources": "cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null | grep -v '^#' | grep . | sort",
}


def views(root):
    """What commands print that look at the whole."""
    script = "\n".join(f"echo '@@{name}'\n({command}) 2>/dev/null" for name, command in VIEWS.items())
    done = subprocess.run(["chroot", root, "/bin/sh", "-c", script], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    parts = done.stdout.decode(errors="replace").split("@@")[1:]
    return dict(part.split("\n", 1) for part in parts)


def compare(case):
    directory = f"/layers/{case['name']}"
    ours, theirs = layer(f"{directory}/lxops"), layer(f"{directory}/cloud-init")
    seed = f"{theirs}/var/lib/cloud/seed/nocloud"
    write(f"{seed}/user-data", case["config"])
    write(f"{seed}/meta-data", "instance-id: case\n")
    write(f"{theirs}/etc/cloud/cloud.cfg.d/99_case.cfg", case["base"])
    write(f"{ours}/case", case["script"])
    run_cloud_init(theirs)
    code, our_output = run(ours, LXOPS)
    changed = sorted({*paths(f"{directory}/lxops/upper"), *paths(f"{directory}/cloud-init/upper")})
    states = {path: [state(theirs, path), state(ours, path)] for path in changed}
    their_views, our_views = views(theirs), views(ours)
    with open(f"{theirs}/var/log/cloud-init.log") as file:
        log = [line.rstrip() for line in file if re.search(r"WARNING|ERROR|Error:", line)]
    return {
        "name": case["name"],
        "code": code,
        "output": our_output[-4000:],
        "log": log,
        "changed": len([path for path, (a, b) in states.items() if a == b and a and "text" in a]),
        "states": {path: pair for path, pair in states.items() if pair[0] != pair[1]},
        "views": {name: [text, our_views[name]] for name, text in their_views.items() if text != our_views[name]},
    }


def main():
    os.makedirs("/layers", exist_ok=True)
    call("mount", "-t", "tmpfs", "tmpfs", "/layers")
    cases = json.load(sys.stdin)
    parts = os.cpu_count() or 1

    def work(part):
        results = [compare(case) for case in cases[part::parts]]
        write(f"/layers/{part}.json", json.dumps(results))

    children = []
    for part in range(parts):
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                work(part)
                code = 0
            finally:
                sys.stderr.flush()
                os._exit(code)
        children.append(pid)
    if any([os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in children]):
        sys.exit(1)
    results = []
    for part in range(parts):
        with open(f"/layers/{part}.json") as file:
            results += json.load(file)
    write("/root/differences.json", json.dumps(results))


main()
