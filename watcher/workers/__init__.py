"""Several processes on one PostgreSQL: schedulers put jobs into a queue, workers do them, the web shows what came."""
