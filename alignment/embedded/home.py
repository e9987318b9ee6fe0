"""Where does everything that is kept lie, and who may read it?

One folder, `ALIGNMENT_HOME`, holds the embedded servers' data, the secret key, uploads, mail
files, logs and backups. Started by root, the databases run as `nobody`, who may enter no
folder of root's: what they must reach then lies outside, what they keep is opened for them.
"""

import hashlib
import os
import pwd
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LONGEST_SOCKET_FOLDER = 80
"""A socket's whole path may have 107 bytes."""


class Refusal(Exception):
    """Something cannot be done as asked; the message is a sentence that says why and what to do."""


@dataclass(frozen=True)
class Account:
    """Whom the databases run as, where they must not run as root."""

    uid: int
    gid: int


def database_account() -> Account | None:
    """`nobody` where root started us (PostgreSQL refuses to run as root), else ourselves."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid)


def is_open_to_others(folder: Path) -> bool:
    """Whether an account without rights of its own may pass through this folder and all above it."""
    return all(place.stat().st_mode & 0o001 for place in (folder, *folder.parents) if place.exists())


@dataclass(frozen=True)
class Home:
    """The folder and the names in it."""

    path: Path

    @property
    def postgres(self) -> Path:
        return self.path / "postgres"

    @property
    def valkey(self) -> Path:
        return self.path / "valkey"

    @property
    def uploads(self) -> Path:
        return self.path / "uploads"

    @property
    def backups(self) -> Path:
        return self.path / "backups"

    @property
    def log(self) -> Path:
        return self.path / "log"

    @property
    def state(self) -> Path:
        """Locks and notes of what runs at present; nothing in it outlives its process."""
        return self.path / "run"

    @property
    def secret_file(self) -> Path:
        return self.path / "secret-key"

    @property
    def sockets(self) -> Path:
        """Where the servers listen: at home if the path is short and theirs to reach, else aside."""
        beside = self.path / "sockets"
        reachable = database_account() is None or is_open_to_others(self.path)
        if reachable and len(os.fsencode(beside)) <= LONGEST_SOCKET_FOLDER:
            return beside
        return self.outside("sockets")

    def outside(self, name: str) -> Path:
        """A folder of this home's own where everybody can pass: for sockets and for programs."""
        digest = hashlib.sha256(f"{os.geteuid()} {self.path}".encode()).hexdigest()[:12]
        return Path("/var/tmp") / f"alignment-{digest}-{name}"  # noqa: S108 - TMPDIR may differ from start to start

    def prepare(self) -> None:
        """Make the folders that all parts rely on; what holds people's data is closed to others."""
        self.path.mkdir(parents=True, exist_ok=True)
        for folder in (self.log, self.state):
            folder.mkdir(mode=0o755, exist_ok=True)
        for folder in (self.uploads, self.backups, self.path / "mail"):
            folder.mkdir(mode=0o700, exist_ok=True)

    def hand_over(self, folder: Path) -> None:
        """Make a folder that only the databases' account may enter."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        account = database_account()
        owner = account.uid if account else os.geteuid()
        if folder.is_symlink() or folder.stat().st_uid not in {owner, os.geteuid()}:
            raise Refusal(f"{folder} belongs to somebody else: move it away, or choose another ALIGNMENT_HOME.")
        if account:
            os.chown(folder, account.uid, account.gid)
        folder.chmod(0o700)

    def secret_key(self) -> str:
        """The key that signs sessions and links: made once, readable to its owner alone."""
        if not self.secret_file.exists():
            self.path.mkdir(parents=True, exist_ok=True)
            handle, draft = tempfile.mkstemp(dir=self.path, prefix=".secret-")
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_urlsafe(64))
            try:
                os.link(draft, self.secret_file)  # whoever links first wins; all others read it
            except FileExistsError:
                pass
            finally:
                Path(draft).unlink()
        return self.secret_file.read_text().strip()
