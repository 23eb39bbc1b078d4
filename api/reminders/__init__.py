"""Mails that remind a city's people of what is due, overdue or has become their turn (通知).

A city sends none unless its policy has the part ``reminders``. The texts are the templates beside this file; a city's
own lie in ``<data>/mail/<city code>/`` under the same names. No title, name or other text of a record is mailed.
"""

from api.reminders.keeping import keep_reminders

__all__ = ["keep_reminders"]
