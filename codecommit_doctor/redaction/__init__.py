"""The one place that decides what may be shown, and how.

What is imported here is asked of this package, never of its modules: a thread that loads the
package and another one that loads such a module would wait for each other.
"""

from codecommit_doctor.redaction.command import masked_words
from codecommit_doctor.redaction.helper import masked_helper
from codecommit_doctor.redaction.pseudonyms import Pseudonyms, in_force, use
from codecommit_doctor.redaction.redactor import Redactor, inert_json, printable
from codecommit_doctor.redaction.settings import masked_key, masked_value, secrets_of_setting

__all__ = [
    "Pseudonyms",
    "Redactor",
    "in_force",
    "inert_json",
    "masked_helper",
    "masked_key",
    "masked_value",
    "masked_words",
    "printable",
    "secrets_of_setting",
    "use",
]
