# Every target is one line over a script: python3 scripts/demo.py does the same without make.
PYTHON ?= python3
export PORT
export PYTEST_ARGS ?= $(ARGS)

.PHONY: demo test check bench messages clean

demo:  ## start Tongbao on this machine (PORT=8001 changes the port)
	@exec $(PYTHON) scripts/demo.py

test:  ## run the tests (ARGS="-k ledger" chooses)
	@exec $(PYTHON) scripts/test.py

check:  ## format, lint, types, contracts, migrations, messages
	@exec $(PYTHON) scripts/check.py

bench:  ## measure (ARGS are given on)
	@exec $(PYTHON) scripts/bench.py $(ARGS)

messages:  ## bring the catalogues in line with the code
	@exec $(PYTHON) scripts/messages.py extract

clean:  ## remove data, logs and caches
	@exec $(PYTHON) scripts/clean.py
