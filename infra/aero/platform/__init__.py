"""What every other room stands on: paths, ports, settings, names, errors, AWS and database clients."""
