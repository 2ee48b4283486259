"""Between the plant and real autopilots: what their simulation interfaces send and want, and the plant that answers.

Beside ``vehicle`` and ``drone``, of which nothing may be imported; nor may ``catalogue``, ``judgement``, ``storage``,
``network`` or ``supply``: an autopilot that flies our plant shares no code with its judge. A bridge never starts a
program; targets do.
"""
