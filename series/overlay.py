# SPDX-License-Identifier: GPL-2.0-only
"""What the series puts into a kernel tree: new files, diffs, a MAINTAINERS entry.

The tools beside this file (apply, sync, make, lint, loc) share it. A failure that
the user can do something about is raised as Failure, with whole sentences.
"""

import fnmatch
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent


class Failure(Exception):
    """A message for the user, in whole sentences."""


def main(function):
    """Run a tool: one line on standard error and status 1 on a Failure."""
    try:
        sys.exit(function())
    except Failure as failure:
        sys.exit(f"{Path(sys.argv[0]).name}: {failure}")
    except OSError as error:
        sys.exit(f"{Path(sys.argv[0]).name}: {error.filename}: {error.strerror}.")
    except subprocess.CalledProcessError as error:
        sys.exit(f"{Path(sys.argv[0]).name}: {error.cmd[0]} failed, see above.")
    except KeyboardInterrupt:
        sys.exit(130)


def cache():
    """The folder for downloads and builds, outside the repository."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get("KVMARM_CACHE") or Path(base) / "kvmarm")


def pristine(series):
    """The newest unpacked pristine kernel in the cache."""
    trees = list((cache() / "src").glob(f"linux-{series.version}.[0-9]*"))
    trees = [tree for tree in trees if tree.name.rpartition(".")[2].isdigit()]
    if not trees:
        raise Failure(f"There is no pristine Linux {series.version} in {cache()}/src. "
                      "Run 'make run' once to fetch it, or name one on the command line.")
    return max(trees, key=lambda tree: int(tree.name.rpartition(".")[2]))


def git(folder, *arguments):
    """The output of a git command, also in a folder of another user (sudo)."""
    command = ["git", "-c", "safe.directory=*", "-C", str(folder), *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise Failure(f"'git {' '.join(arguments)}' failed in {folder}: {done.stderr.strip()}")
    return done.stdout


@dataclass
class Patch:
    """One patch of the series."""
    message: str    # subject, empty line, body
    files: list     # paths in the kernel of the files it adds
    diffs: list     # the diffs it applies


class Series:
    """series.toml and the files it stands for."""

    def __init__(self, root=REPOSITORY):
        self.root = Path(root)
        self.config = tomllib.loads((self.root / "series.toml").read_text())
        series = self.config["series"]
        self.version = series["version"]
        self.folders = series["overlay"]
        self.rename = series["rename"]
        self.entry = series["maintainers"]
        self.files = self._files()
        self.diffs = sorted((self.root / series["diffs"]).glob("[0-9]*.patch"))

    def _files(self):
        """Path in the kernel -> path in the repository, of every new file."""
        wanted = [*self.folders, *self.rename]
        if (self.root / ".git").exists():
            names = git(self.root, "ls-files", "-z", "--cached", "--others",
                        "--exclude-standard", "--", *wanted).split("\0")
        else:
            names = [str(path.relative_to(self.root)) for name in wanted
                     for path in [self.root / name, *(self.root / name).rglob("*")]]
        return {self.rename.get(name, name): self.root / name
                for name in sorted(names) if name and (self.root / name).is_file()}

    def entry_for(self, files):
        """The MAINTAINERS entry, with the F: lines that match one of these files."""
        lines = (self.root / self.entry).read_text().splitlines(keepends=True)
        return "".join(line for line in lines if not line.startswith("F:\t")
                       or any(matches(line[2:].strip(), name) for name in files))

    def patches(self):
        """The patches in order; every file and diff must be in exactly one of them."""
        patches = []
        files = dict.fromkeys(self.files, 0)
        diffs = dict.fromkeys((diff.name for diff in self.diffs), 0)
        for patch in self.config.get("patch", []):
            found = {}
            for key, names in (("files", files), ("diffs", diffs)):
                found[key] = []
                for pattern in patch.get(key, []):
                    fresh = [name for name in names if matches(pattern, name)]
                    if not fresh:
                        raise Failure(f"series.toml: '{pattern}' of the patch "
                                      f"'{patch['subject']}' matches no file.")
                    found[key] += fresh
                for name in found[key]:
                    names[name] += 1
            message = f"{patch['subject']}\n\n{patch['body'].strip()}\n"
            patches.append(Patch(message, found["files"],
                                 [diff for diff in self.diffs if diff.name in found["diffs"]]))
        for name, count in {**files, **diffs}.items():
            if count != 1:
                raise Failure(f"series.toml: {name} must be in one patch, but is in {count}.")
        for line in (self.root / self.entry).read_text().splitlines():
            if line.startswith("F:") and line + "\n" not in self.entry_for(self.files):
                raise Failure(f"{self.entry}: '{line}' matches no file of the series.")
        return patches

    def cover(self):
        """Subject and text of the cover letter."""
        cover = self.config["cover"]
        return f"{cover['subject']}\n\n{cover['body'].strip()}\n"

    def build(self, kernel, files=None, diffs=None):
        """Content of all new and changed files over a pristine kernel tree.

        Takes a part of self.files and self.diffs, or all. Returns a dictionary
        from the path in the kernel to (permissions, bytes). Changes nothing.
        """
        files = self.files if files is None else files
        diffs = self.diffs if diffs is None else diffs
        tree = {}
        for name in files:
            if (kernel / name).exists():
                raise Failure(f"{kernel} already has {name}, which the series adds. "
                              "A file that Linux has must be changed by a diff.")
            mode = 0o755 if os.access(self.files[name], os.X_OK) else 0o644
            tree[name] = (mode, self.files[name].read_bytes())

        with tempfile.TemporaryDirectory() as scratch:
            scratch = Path(scratch)
            for name in sorted({name for diff in diffs for name in touched(diff)}):
                if not (kernel / name).is_file():
                    raise Failure(f"{kernel} has no {name}, which the series changes. Is it complete?")
                (scratch / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(kernel / name, scratch / name)
            for diff in diffs:
                patch(scratch, diff, kernel)
            for name in {name for diff in diffs for name in touched(diff)}:
                mode = (kernel / name).stat().st_mode & 0o777
                tree[name] = (mode, (scratch / name).read_bytes())

        if files and (self.root / self.entry).exists():
            text = (kernel / "MAINTAINERS").read_text()
            mode = (kernel / "MAINTAINERS").stat().st_mode & 0o777
            tree["MAINTAINERS"] = (mode, insert(text, self.entry_for(files)).encode())
        return tree


def matches(pattern, name):
    """Does a MAINTAINERS F: pattern cover this file?"""
    if pattern.endswith("/"):
        return name.startswith(pattern)
    return fnmatch.fnmatch(name, pattern) and name.count("/") == pattern.count("/")


def touched(diff):
    """Paths of the files a diff changes; it may neither add nor remove one."""
    old = re.findall(r"^--- (\S+)", diff.read_text(), re.M)
    new = re.findall(r"^\+\+\+ (\S+)", diff.read_text(), re.M)
    if not new or [f"b/{name[2:]}" for name in old] != new:
        raise Failure(f"{diff} must only change files of Linux ('--- a/FILE', '+++ b/FILE'); "
                      "new files belong into the overlay.")
    return [name[2:] for name in new]


def patch(scratch, diff, kernel, reverse=False):
    """Apply one diff to the copies in scratch, exactly (line offsets are fine)."""
    if not shutil.which("patch"):
        raise Failure("The program 'patch' is missing. Install the package patch.")
    command = ["patch", "-p1", "--fuzz=0", "--no-backup-if-mismatch", "--batch", "--silent",
               "--reject-file=-", "-R" if reverse else "-N", "-d", str(scratch), "-i", str(diff)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        raise Failure(f"{diff.name} does not apply to {kernel}: the tree is not pristine, "
                      f"or its files moved on. patch says:\n{done.stdout.strip()}")


def insert(maintainers, entry):
    """Put an entry at its alphabetical place in the kernel's MAINTAINERS file."""
    title = entry.splitlines()[0].upper()
    blocks = maintainers.split("\n\n")
    # A few entries of the file are out of order: of the places where the next title
    # is greater, take the one whose neighbour is most alike.
    places = [(len(os.path.commonprefix([title, following.upper()])), -place)
              for place, following in enumerate(blocks) if following.upper() > title]
    if not places:
        raise Failure("The kernel's MAINTAINERS file has no place for the entry.")
    blocks.insert(-max(places)[1], entry.strip("\n"))
    return "\n\n".join(blocks)


def kernel_make(kernel, out, *arguments):
    """Run the kernel's make for Arm; returns (status, all it printed)."""
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "ARCH": "arm",
                   "CROSS_COMPILE": "arm-linux-gnueabihf-",
                   "CCACHE_DIR": os.environ.get("CCACHE_DIR") or str(cache() / "ccache"),
                   "KBUILD_BUILD_TIMESTAMP": "1970-01-01"}
    compiler = ["CC=ccache arm-linux-gnueabihf-gcc"] if shutil.which("ccache") else []
    jobs = os.environ.get("KVMARM_JOBS") or "2"
    done = subprocess.run(["make", "-C", str(kernel), f"O={out}", f"-j{jobs}", *compiler, *arguments],
                          env=environment, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    return done.returncode, done.stdout


def configure(kernel, out):
    """Configure the largest kernel the series is for, with KVM in it."""
    out.mkdir(parents=True, exist_ok=True)
    for goal in ("multi_v7_lpae_defconfig", "olddefconfig"):
        status, text = kernel_make(kernel, out, "-s", goal)
        if status:
            raise Failure(f"'make {goal}' failed in {kernel}:\n{text}")
        if goal == "multi_v7_lpae_defconfig":
            with open(out / ".config", "a") as config:
                config.write("CONFIG_VIRTUALIZATION=y\nCONFIG_KVM=y\n")
    if "CONFIG_KVM=y" not in (out / ".config").read_text().splitlines():
        raise Failure(f"KVM cannot be selected in {kernel} with multi_v7_lpae_defconfig.")


def messages(text, names):
    """The compiler's and sparse's messages about these files, with their context."""
    about = re.compile(r"(?:^|/)(?:%s):(?:\d+| note: in included file)" %
                       "|".join(re.escape(name) for name in names))
    found, keep = [], False
    for line in text.splitlines():
        # A source line or caret follows a message, a message follows sparse's note.
        follows = line.startswith(" ") and "|" in line or \
            bool(found) and ": note: in included file" in found[-1]
        keep = bool(about.search(line)) or keep and follows
        if keep:
            found.append(line)
    return found


def checkpatch(kernel, *arguments):
    """Run the kernel's checkpatch; returns what it has to say, nothing at best."""
    # spdxcheck wants Debian's Python, which has its modules.
    environment = {**os.environ, "PATH": f"/usr/bin:/bin:{os.environ['PATH']}", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(["scripts/checkpatch.pl", "--strict", "--quiet", "--no-summary",
                           "--show-types", *map(str, arguments)], cwd=kernel, env=environment,
                          text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode and not done.stdout.strip():
        return f"checkpatch.pl ended with status {done.returncode}"
    return done.stdout.strip()
