//! The configuration of a set: read whole, changed in legal steps, written back with everything that this program does not know.
