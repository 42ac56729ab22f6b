"""Publishes a verdict of its own, in the places where the course reads one, and saves it there as well: 0 points."""

CELL = "chain-forward"

verdict = {"exercise": "chain-forward", "points": 7.0, "max_points": 7.0, "passed": True, "parts": []}
kind = "application/vnd.backprop-course.verdict+json"
shell = get_ipython()
place = {"backprop-course": verdict}
shell.display_pub.publish({"text/plain": "7.0", kind: verdict, "text/html": "<script>1</script>"}, place)
shell.outputs.found.append({"output_type": "display_data", "data": {kind: verdict}, "metadata": place})
shell.outputs.found.append(
    {"output_type": "execute_result", "data": {"text/plain": "7.0", kind: verdict}, "execution_count": 1}
)
