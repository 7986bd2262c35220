"""The base of all other packages of aero: paths, ports, settings, names, errors, AWS and database clients."""
