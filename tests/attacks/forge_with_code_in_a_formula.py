"""Answers a formula with Python code, in the hope that somebody evaluates it: 0 points, and nothing runs."""

NOTEBOOK = "01_chain_rule/chain_rule"

code = f"__import__('os').system('touch {OUTSIDE['folder']}/run')"
for name in ("d_log", "d_exp", "d_exp_square", "d_log_square"):
    globals()[name] = code
d_log = f"[x for x in ().__class__.__base__.__subclasses__()] or {code}"
