"""Random operations, mostly on reminders."""

from __future__ import annotations

from generator import EMAILS, Generator, Operation
from model import ROOT, Model, show_day

STEP = {"once": None, "daily": 1, "weekly": 7, "30-days": 30}  # days between two slots


class Busy(Generator):
    """Operations, mostly on reminders."""

    def __init__(self, rng, folder):
        super().__init__(rng, folder)
        self.paused = {}  # groups without the percentage that they had

    def license(self):
        """Seldom the licence of the company, without which there is little to grant."""
        key = super().license()
        return super().license() if key[0] == ROOT and self.chance(0.9) else key

    def set_reminder(self, fields):
        if self.chance(0.1):
            fields["no_reminder"] = True
            return ["--no-reminder"]
        words = self.set_low(fields, [5, 20, 34, 50, 60, 75, 90, 100]) if self.chance(0.5) else []
        if words and self.chance(0.5):
            return words
        return words + self.set_windows(fields, [1, 3, 7, 10, 14, 21, 30, 45], list(STEP))

    def remind(self):
        restricted = [path for path, group in sorted(self.store.groups.items()) if group.restriction != "none"]
        path = self.rng.choice(restricted) if restricted and self.chance(0.8) else self.path()
        fields = self.group_fields(path)
        return Operation("group set", fields, ["group", "set", self.spell(path), *self.set_reminder(fields)])

    def pause(self):
        """Takes the percentage from a group that warns, or gives it back."""
        groups = sorted(self.store.groups.items())
        without = [path for path, group in groups if path in self.paused and not (group.reminder and group.reminder[3])]
        warning = [(path, group.reminder[3]) for path, group in groups if group.reminder and group.reminder[3]]
        if without:
            path = self.rng.choice(without)
            percent, words = self.paused[path], ["--remind-low", str(self.paused[path])]
        elif warning:
            path, self.paused[path] = self.rng.choice(warning)
            percent, words = 0, ["--no-remind-low"]
        else:
            return self.remind()
        fields = self.group_fields(path) | {"remind_low": percent}
        return Operation("group set", fields, ["group", "set", self.spell(path), *words])

    def resume(self):
        """A suspended company has nothing to remind of."""
        suspended = [path for path, group in sorted(self.store.groups.items()) if group.suspended]
        path = self.rng.choice(suspended) if suspended else self.path()
        fields = self.group_fields(path) | {"suspended": False}
        return Operation("group set", fields, ["group", "set", self.spell(path), "--resume"])

    @staticmethod
    def group_fields(path):
        return {"path": path, "kind": None, "restriction": None, "suspended": None, "no_reminder": False,
                "reminder": None, "remind_users": False, "remind_low": None}

    def administrator(self):
        path, mail = self.path() if self.chance(0.5) else self.license()[0], self.rng.choice(EMAILS)
        end = self.today + self.rng.randint(5, 200) if self.chance(0.3) else None
        fields = {"path": path, "email": mail, "counts": {}, "features": None, "start": None, "until": end,
                  "name": None, "role": "admin", "if_not_exists": False}
        until = ["--until", show_day(end)] if end else []
        return Operation("user add", fields, ["user", "add", self.spell(path), mail, "--role", "admin", *until,
                                              *self.language(fields, 0.3)])

    def tongue(self):
        """A language of a group."""
        fields = self.group_fields(self.path())
        return Operation("group set", fields, ["group", "set", self.spell(fields["path"]), *self.language(fields, 1)])

    def trial(self):
        """A licence for some weeks, if possible in a group with a reminder."""
        reminding = [path for path, group in sorted(self.store.groups.items()) if group.reminder and path]
        path = self.rng.choice(reminding) if reminding and self.chance(0.8) else self.path(below_root=True)
        end = self.today + self.rng.randint(1, 40)
        fields = {"path": path, "name": self.new_license_name(path), "counts": {"sip": self.rng.randint(1, 3)},
                  "features": ["ukey2"] if self.chance(0.3) else [], "start": None, "until": end, "type": None,
                  "restriction": None, "if_not_exists": False}
        return Operation("license add", fields, ["license", "add", self.spell(path), fields["name"],
                                                 *self.grant_arguments(fields["counts"], fields["features"], None, end)])

    def demand(self):
        """A user of a group that warns, with any part of what is left or less than before; often who is warned."""
        model = Model(self.store, self.today)
        warning = [path for path, group in sorted(self.store.groups.items())
                   if group.reminder and group.reminder[3] and group.restriction != "none"
                   and model.shown_limit(path, "sip", self.today)]
        if not warning:
            return self.remind()
        path = self.rng.choice(warning)
        left = model.available(path, "sip", self.today)
        until = self.today + self.rng.randint(0, 30) if self.chance(0.3) else None
        role = "admin" if self.chance(0.5) else None
        held = [key for group, key in sorted(self.store.members) if group == path]
        if held and self.chance(0.7):
            key = self.rng.choice(held)
            count = self.rng.randint(0, self.store.members[path, key].counts.get("sip", 0) + left)
            fields = {"path": path, "email": self.store.emails[key], "counts": {"sip": count, "mobile": 0},
                      "features": [], "drop": [], "start": None, "until": until, "name": None, "role": role,
                      "all_features": False, "no_features": False}
            command = "user set"
        else:
            fields = {"path": path, "email": self.rng.choice(EMAILS), "counts": {"sip": self.rng.randint(0, left)},
                      "features": None, "start": None, "until": until, "name": None, "role": role,
                      "if_not_exists": False}
            command = "user add"
        words = [*(["--role", role] if role else []), *self.grant_arguments(fields["counts"], [], None, until)]
        return Operation(command, fields, [*command.split(), self.spell(path), fields["email"], *words])

    def removal(self):
        """For any licence except that of the company."""
        held = [key for key in sorted(self.store.licenses) if key[0] != ROOT]
        path, name = self.rng.choice(held) if held else self.license()
        return Operation("license remove", {"path": path, "name": name},
                         ["license", "remove", self.spell(path), name])

    def renewal(self):
        """Changes the end of a licence: extends it, shortens it, or closes an open end."""
        path, name = self.license()
        end = self.today + (self.rng.randint(0, 60) if path else self.rng.randint(100, 500))
        fields = {"path": path, "name": name, "counts": {}, "features": [], "drop": [], "start": None, "until": end,
                  "type": None}
        return Operation("license set", fields, ["license", "set", self.spell(path), name, "--until", show_day(end)])

    def new_name(self):
        """A name that no licence had: the slots of a removed licence of that name would be those of the renamed one."""
        self.files += 1
        path, name = self.license()
        return Operation("license rename", {"path": path, "name": name, "new": f"renamed {self.files}"},
                         ["license", "rename", self.spell(path), name, f"renamed {self.files}"])

    KINDS = [
        *[kind for kind in Generator.COMMANDS if kind[0] not in (Generator.license_remove, Generator.license_rename)],
        (new_name, 10), (remind, 30), (pause, 40), (tongue, 12), (resume, 20), (trial, 40), (removal, 25),
        (administrator, 15), (demand, 300), (renewal, 60), (Generator.batch, 4)]
