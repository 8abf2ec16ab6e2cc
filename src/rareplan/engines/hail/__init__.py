"""The same rules and the same table as the local engine, on Hail and Spark.

``hail`` itself is imported inside functions only, so that nothing else pays for it.
"""
