"""``python -m nvbatch``: the same as ``nvbatch``."""

import sys

from nvbatch.cli.entry import main

sys.exit(main())
