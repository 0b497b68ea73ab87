//! The middle of several measurements: one slow round does not move it.

/// The middle value; the mean of the two in the middle of an even number.
///
/// # Panics
/// Where there is none: every bench measures at least once.
pub(super) fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len() % 2 == 1 { values[middle] } else { f64::midpoint(values[middle - 1], values[middle]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slow_round_does_not_move_the_median() {
        let near = |left: f64, right: f64| (left - right).abs() < 1e-9;
        assert!(near(median([3.0, 1.0, 900.0]), 3.0));
        assert!(near(median([1.0, 2.0]), 1.5));
    }
}
