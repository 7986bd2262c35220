"""What a person sees while something is going on."""
