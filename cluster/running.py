"""All parts together: PostgreSQL, Redis or Valkey, a storage of objects, two servers of pages, a worker, nginx."""

from __future__ import annotations

import secrets
import shutil
import ssl
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path

import boto3
import redis

from cluster.authority import Authority
from cluster.database import Database
from cluster.parts import ROOT, Part, answers, free_port, plain_environ, program
from cluster.proxy import write_configuration

BUCKET, PREFIX = "casetracker", "documents"
PROCESSES = 2
WORKERS = 2
"""Of each server of pages."""
REDIS_RIGHTS = "~* &* +@all -@admin -@dangerous +info"
"""What the program may do on the server of limits and jobs: neither settings nor what takes everything away."""
FLASK = [sys.executable, "-m", "flask", "--app", "casetracker"]


class Cluster:
    """Everything lies in one temporary folder, and goes with `stop`. Each server of pages has a data folder of its own,
    as on a machine of its own, and shares nothing with the other but what the settings name."""

    def __init__(self, port: int = 8443, say: Callable[[str], None] = lambda _sentence: None) -> None:
        self.proxy_program, self.redis_program = program("nginx"), program("valkey-server", "redis-server")
        self.folder = Path(tempfile.mkdtemp(prefix="casetracker-cluster-"))
        self.folder.chmod(0o711)  # nginx's and PostgreSQL's own users pass through
        self.port, self.address, self._say = port, f"https://localhost:{port}", say
        self.authority = Authority(self._made("tls"))
        shown = self.authority.issue("casetracker")  # its name is the login that it opens
        self.database = Database(self.folder / "passwords", self.authority.certificate, shown)
        self.redis_port, self.store_port = free_port(), free_port()
        self.pages: list[Part] = []
        self.ports = [free_port() for _number in range(PROCESSES)]
        self.metrics = [free_port() for _number in range(PROCESSES)]
        self.parts: list[Part] = []
        self.password = secrets.token_hex(10)

    def start(self) -> None:
        """Start every part, with the demonstration's data; what fails takes all of them down again."""
        try:
            self._start_servers()
            self._say("Building the demonstration ...")
            self.flask("db", "upgrade", owner=True)
            self.flask("demo", more={"DEMO_PASSWORD": self.password})
            self._start_program()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop every part, the front first, and take the folder away."""
        for part in reversed(self.parts):
            part.stop()
        self.database.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def flask(
        self, *arguments: str, owner: bool = False, check: bool = True, more: Mapping[str, str] | None = None
    ) -> str:
        """Run an operator's command on the first machine; what it printed."""
        login = "casetracker_owner" if owner else "casetracker"
        environ = plain_environ() | self.environ(0) | {"DATABASE_URL": self.database.address(login)} | dict(more or {})
        done = subprocess.run([*FLASK, *arguments], cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
        if check and done.returncode:
            raise RuntimeError(f"flask {' '.join(arguments)}: {done.stdout}{done.stderr}"[-3000:])
        return done.stdout + done.stderr

    def environ(self, number: int) -> dict[str, str]:
        """The settings of a machine: docs/deploy.md says what each is."""
        return {
            "CASETRACKER_DATA": str(self.folder / f"machine-{number + 1}"),
            "DATABASE_URL": self.database.address("casetracker"),
            "PGPASSFILE": str(self.database.passwords),
            "SECRET_KEY_FILE": str(self._secret("secret_key")),
            "ENCRYPTION_KEY_FILE": str(self._secret("encryption_key")),
            "SIGNING_KEY_FILE": str(self._made("keys") / "signing.pem") if number == 0 else "",
            "CHECKPOINT_DIR": str(self.folder / "heads"),
            "CASETRACKER_SEAL": "by-worker",
            "LOG_LEVEL": "INFO",
            "CASETRACKER_HTTPS": "1",
            "CASETRACKER_PROXIES": "1",
            "CASETRACKER_HOSTS": "localhost",
            "CASETRACKER_ADDRESS": self.address,
            "REDIS_URL": f"rediss://casetracker@localhost:{self.redis_port}/0",
            "REDIS_PASSWORD_FILE": str(self._secret("redis_password")),
            "REDIS_CA_FILE": str(self.authority.certificate),
            "S3_BUCKET": BUCKET,
            "S3_PREFIX": PREFIX,
            "S3_ENDPOINT": f"https://localhost:{self.store_port}",
            "S3_KEY_ID": "casetracker",
            "S3_SECRET_FILE": str(self._secret("s3_secret")),
            "S3_CA_FILE": str(self.authority.certificate),
        }

    def start_pages(self, number: int) -> None:
        """Start a server of pages, for the first time or again."""
        part = self.pages[number]
        part.start(lambda: self.is_healthy(self.ports[number]))

    def part(self, name: str) -> Part:
        """The part of that name: redis, store, pages-1, pages-2, worker, front."""
        return next(each for each in self.parts if each.name == name)

    def start_redis(self) -> None:
        """Start the server of limits and jobs, for the first time or again; what it was told before is there."""
        self.part("redis").start(self._redis_answers)

    def is_healthy(self, port: int) -> bool:
        """Whether the program answers there by TLS, and its database with it."""
        context = ssl.create_default_context(cafile=str(self.authority.certificate))
        try:
            with urllib.request.urlopen(f"https://localhost:{port}/health", context=context, timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def redis(self) -> redis.Redis:
        """The operator's client of the server of limits and jobs, who may do everything there."""
        return redis.Redis(
            host="localhost", port=self.redis_port, password=self._secret("redis_operator").read_text(), ssl=True,
            ssl_ca_certs=str(self.authority.certificate), socket_timeout=3,
        )  # fmt: skip

    def objects(self) -> list[str]:
        """The names of what lies in the bucket."""
        found = self._bucket().list_objects_v2(Bucket=BUCKET)
        return [each["Key"] for each in found.get("Contents", [])]

    def _start_servers(self) -> None:
        self._say("Starting PostgreSQL, " + Path(self.redis_program).name + " and a storage of objects ...")
        self.database.begin(*self.authority.issue("database"))
        self._add("redis", [self.redis_program, str(self._redis_configuration())])
        self.start_redis()
        certificate, key = self.authority.issue("store")
        moto = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.store_port)]
        self._add("store", [*moto, "-c", str(certificate), "-k", str(key)]).start(lambda: answers(self.store_port))
        self._bucket().create_bucket(Bucket=BUCKET)

    def _start_program(self) -> None:
        self._say("Starting the program ...")
        for number, port in enumerate(self.ports):
            certificate, key = self.authority.issue(f"pages-{number + 1}")
            command = [
                sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", str(WORKERS),
                "--certfile", str(certificate), "--keyfile", str(key), "--log-level", "warning",
                "--no-control-socket", "casetracker:create_app()",
            ]  # fmt: skip
            counted = {"METRICS_PORT": str(self.metrics[number]), "METRICS_CERTIFICATE": str(certificate),
                       "METRICS_KEY": str(key)}  # fmt: skip
            self.pages.append(self._add(f"pages-{number + 1}", command, self.environ(number) | counted))
            self.start_pages(number)
        lock = self.folder / "machine-1" / "worker.lock"
        self._add("worker", [*FLASK, "work"], self.environ(0)).start(lock.exists)
        certificate, key = self.authority.issue("front")
        configuration = write_configuration(
            self._made("front"), port=self.port, processes=self.ports, certificate=certificate, key=key,
            authority=self.authority.certificate,
        )  # fmt: skip
        error_log = str(configuration.with_name("nginx-error.log"))
        front = [self.proxy_program, "-e", error_log, "-c", str(configuration)]
        self._add("front", front).start(lambda: self.is_healthy(self.port))

    def _add(self, name: str, command: list[str], environ: dict[str, str] | None = None) -> Part:
        part = Part(name, command, self._made("logs") / f"{name}.log", environ)
        self.parts.append(part)
        return part

    def _redis_configuration(self) -> Path:
        """TLS alone, a user of the program's own, every change on the disk before it is acknowledged; nothing is ever
        evicted."""
        certificate, key = self.authority.issue("redis")
        data = self._made("redis")
        lines = {
            "port": 0, "tls-port": self.redis_port, "bind": "127.0.0.1 -::1", "tls-cert-file": certificate,
            "tls-key-file": key, "tls-ca-cert-file": self.authority.certificate, "tls-auth-clients": "no",
            "tls-protocols": '"TLSv1.2 TLSv1.3"', "requirepass": self._secret("redis_operator").read_text(),
            "user": f"casetracker on >{self._secret('redis_password').read_text()} {REDIS_RIGHTS}",
            "dir": data, "appendonly": "yes", "appendfsync": "always", "save": '""',
            "maxmemory": "256mb", "maxmemory-policy": "noeviction",
        }  # fmt: skip
        path = data / "redis.conf"
        path.touch(0o600)
        path.write_text("".join(f"{name} {value}\n" for name, value in lines.items()))
        return path

    def _redis_answers(self) -> bool:
        try:
            return bool(self.redis().ping())
        except redis.RedisError:
            return False

    def _bucket(self) -> boto3.client:
        return boto3.client(
            "s3", endpoint_url=f"https://localhost:{self.store_port}", region_name="us-east-1",
            aws_access_key_id="casetracker", aws_secret_access_key=self._secret("s3_secret").read_text(),
            verify=str(self.authority.certificate),
        )  # fmt: skip

    def _made(self, name: str) -> Path:
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        return folder

    def _secret(self, name: str) -> Path:
        path = self._made("secrets") / name
        if not path.exists():
            path.touch(0o600)
            path.write_text(secrets.token_hex(32))
        return path
