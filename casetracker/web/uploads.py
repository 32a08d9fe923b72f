"""Form fields for files. The browser cannot keep a chosen file when a form comes back; the page says so."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import FileStorage
from wtforms.validators import StopValidation, ValidationError

from casetracker.web.fields import BoxField, printable

MEBIBYTE = 1024 * 1024
DOCUMENT_TYPES = ("pdf", "png", "jpg", "jpeg")


class FileField(BoxField):
    """One file of an allowed type, judged by its name; `data` is a FileStorage or None."""

    kind = "file"
    multiple = False

    def __init__(
        self,
        label: Any = None,
        *args: Any,
        types: tuple[str, ...] = DOCUMENT_TYPES,
        max_bytes: int = 10 * MEBIBYTE,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, *args, **kwargs)
        self.types, self.max_bytes = types, max_bytes
        self.attributes["accept"] = ",".join(f".{name}" for name in types)
        self.attributes.pop("autocomplete")

    @property
    def limits(self) -> str:
        """What may be chosen, for the hint."""
        names = ", ".join(name.upper() for name in self.types if name != "jpeg")
        return str(_("%(types)s, at most %(size)d MB.", types=names, size=self.max_bytes // MEBIBYTE))

    @property
    def shown(self) -> str:
        return ""

    @property
    def chosen(self) -> list[FileStorage]:
        """The files that came; a box left empty sends a nameless one."""
        return [item for item in self.raw_data or [] if isinstance(item, FileStorage) and item.filename]

    def pre_validate(self, form: Any) -> None:
        files = self.chosen
        self.data = None
        if not files:
            if self.required:
                raise StopValidation(_("Please choose a file."))
            return
        if len(files) > 1:
            raise StopValidation(_("Please choose one file only."))
        self.data = self.judged(files[0])

    def compare(self, before: str | None) -> None:
        """A file is never compared."""

    def judged(self, file: FileStorage) -> FileStorage:
        """The file, when name and size are in order; raises ValidationError with a sentence."""
        name = file.filename or ""
        if len(name) > 200 or name != printable(name):
            raise ValidationError(_("The file's name is too long or holds unreadable characters."))
        if PurePosixPath(name.lower()).suffix.lstrip(".") not in self.types:
            raise ValidationError(_("A file of this kind is not taken. Allowed: %(limits)s", limits=self.limits))
        size = measure(file)
        if size == 0:
            raise ValidationError(_("This file is empty."))
        if size > self.max_bytes:
            raise ValidationError(_("This file is too large. Allowed: %(limits)s", limits=self.limits))
        return file


class FilesField(FileField):
    """Several files, at most `max_files`; `data` is a list of FileStorage."""

    multiple = True

    def __init__(self, label: Any = None, *args: Any, max_files: int = 10, **kwargs: Any) -> None:
        super().__init__(label, *args, **kwargs)
        self.max_files = max_files

    def pre_validate(self, form: Any) -> None:
        files = self.chosen
        self.data = []
        if not files and self.required:
            raise StopValidation(_("Please choose a file."))
        if len(files) > self.max_files:
            raise StopValidation(
                ngettext("At most %(num)d file at once.", "At most %(num)d files at once.", self.max_files)
            )
        self.data = [self.judged(file) for file in files]


def measure(file: FileStorage) -> int:
    """The file's length in bytes; it stands at its beginning again afterwards."""
    file.stream.seek(0, 2)
    size = file.stream.tell()
    file.stream.seek(0)
    return size
