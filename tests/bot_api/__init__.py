"""Our own Bot API server: a real socket, the real one's refusals, and people who talk, tap and see.

``async with BotApiServer() as server`` in a test; ``python -m tests.bot_api`` in a process of its own.
"""

from tests.bot_api.errors import ApiError
from tests.bot_api.faults import Fault
from tests.bot_api.limits import Limits
from tests.bot_api.person import Person
from tests.bot_api.server import BotApiServer
from tests.bot_api.state import Shown

__all__ = ["ApiError", "BotApiServer", "Fault", "Limits", "Person", "Shown"]
