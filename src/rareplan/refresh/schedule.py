"""When the refresh runs by itself: a systemd timer, or a cron line."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from rareplan.errors import KnowledgeError

_SERVICE = """\
[Unit]
Description=Refresh rareplan's knowledge
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
ExecStart={command} kb refresh --json
SuccessExitStatus=1
Nice=10
IOSchedulingClass=idle
"""
_TIMER = """\
[Unit]
Description=Refresh rareplan's knowledge {every}

[Timer]
OnCalendar={calendar}
RandomizedDelaySec=6h
Persistent=true

[Install]
WantedBy=timers.target
"""
CALENDARS = {
    "daily": ("daily", "17 3 * * *"),
    "weekly": ("Sun *-*-* 03:17:00", "17 3 * * 0"),
    "monthly": ("*-*-02 03:17:00", "17 3 2 * *"),
}


def command() -> str:
    """How this installation is called."""
    return shutil.which("rareplan") or f"{sys.executable} -m rareplan.cli.main"


def units(every: str) -> dict[str, str]:
    """The unit files by name."""
    calendar, _ = CALENDARS[every]
    return {
        "rareplan-refresh.service": _SERVICE.format(command=command()),
        "rareplan-refresh.timer": _TIMER.format(every=every, calendar=calendar),
    }


def cron_line(every: str) -> str:
    """One line for ``crontab -e``."""
    return f"{CALENDARS[every][1]} {command()} kb refresh --json >/dev/null"


def install(every: str, folder: Path | None = None) -> list[Path]:
    """Write the units for the user's systemd; they still have to be enabled.

    Raises:
        KnowledgeError: the folder cannot be written.
    """
    target = folder or Path.home() / ".config" / "systemd" / "user"
    try:
        target.mkdir(parents=True, exist_ok=True)
        for name, text in units(every).items():
            (target / name).write_text(text, "utf-8")
    except OSError as error:
        raise KnowledgeError(f"{target} cannot be written ({error.strerror})") from error
    return [target / name for name in units(every)]
