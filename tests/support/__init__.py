"""What tests share: builders, fakes that pass the same contract as the real adapters, and the running platform."""
