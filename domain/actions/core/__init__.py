"""What every action uses: who acts, the history, document numbers."""
