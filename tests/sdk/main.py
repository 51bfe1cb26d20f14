"""The official SDK against a running sandbox: main.py http://ADDR

Expected statuses and codes are literals, from the page named in the comment above them (contact-v3/ when it has no
other prefix).
"""

import sys

import calendars
import attendance
import catalogues
import chats
import helpdesk
import mail
import organisation
import rooms
import services
from harness import Run

PARTS = [
    organisation.departments,
    organisation.people,
    catalogues.groups,
    catalogues.units,
    catalogues.roles,
    catalogues.employee_types,
    catalogues.job_levels,
    catalogues.job_families,
    catalogues.labels,
    services.tenant,
    services.credentials,
    services.user_token,
    chats.lifecycle,
    chats.members,
    chats.managers,
    chats.tabs,
    chats.menus,
    chats.announcements,
    chats.pictures,
    mail.groups,
    mail.group_people,
    mail.mailboxes,
    mail.addresses,
    rooms.levels,
    rooms.rooms,
    rooms.room_rules,
    rooms.reserves,
    rooms.buildings,
    calendars.calendars,
    calendars.access,
    calendars.events,
    calendars.around,
    attendance.shifts,
    attendance.groups,
    attendance.faces,
    helpdesk.logins,
    helpdesk.credentials,
    helpdesk.agents,
    helpdesk.knowledge,
    helpdesk.fields,
    helpdesk.events,
    organisation.contact_range,
]


def main():
    run = Run(sys.argv[1].rstrip("/"))
    for part in PARTS:
        try:
            part(run)
        except Exception as error:
            run.failed += 1
            line = error.__traceback__.tb_next.tb_lineno
            print(f"FAIL {part.__name__}, line {line}: {type(error).__name__}: {error}")
    print(f"{run.calls} calls, {run.refusals} of them refused")
    print(f"{run.passed} passed, {run.failed} failed")
    sys.exit(1 if run.failed else 0)


main()
