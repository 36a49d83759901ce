"""Problems of reasoning-gym, judged exactly."""
