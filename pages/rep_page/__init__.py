"""`/rep`, a file a subject: what is chosen, found and shown, what the rep does about it, and what they are told."""
