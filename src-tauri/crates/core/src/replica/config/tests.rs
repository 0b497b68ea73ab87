//! The planner on sets made of words.

mod edits;
mod plans;
mod random;
mod rules;
mod running;
mod sets;
