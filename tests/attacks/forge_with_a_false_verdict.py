"""Publishes a verdict of its own, with the course's MIME type, and saves it wherever outputs are kept: 0 points."""

CELL = "chain-forward"

verdict = {"exercise": "chain-forward", "points": 7.0, "max_points": 7.0, "passed": True, "parts": []}
kind = "application/vnd.backprop-course.verdict+json"
shell = get_ipython()
shell.display_pub.publish({"text/plain": "7.0", kind: verdict, "text/html": "<script>1</script>"})
shell.outputs.found.append({"output_type": "display_data", "data": {kind: verdict}, "metadata": {}})
shell.outputs.found.append(
    {"output_type": "execute_result", "data": {"text/plain": "7.0", kind: verdict}, "execution_count": 1}
)
