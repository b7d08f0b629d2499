//! Figures of many samples, and the table that they are printed in, with their ratios.

use std::time::Duration;

/// What one row says about one subject; the name says the unit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Figure {
    pub(crate) name: &'static str,
    pub(crate) value: f64,
}

/// The figures of all subjects, side by side.
#[derive(Debug, Default)]
pub(crate) struct Table {
    columns: Vec<(&'static str, Vec<Figure>)>,
}

impl Table {
    /// Every subject has the same figures in the same order.
    pub(crate) fn add(&mut self, subject: &'static str, figures: Vec<Figure>) {
        self.columns.push((subject, figures));
    }

    /// Each figure, and behind it in brackets its ratio to the one of column `yardstick`.
    pub(crate) fn print(&self, yardstick: usize) {
        let heads = self.columns.iter().map(|(subject, _)| format!("{subject:>20}"));
        println!("{:<28}{}", "", heads.collect::<String>());
        let Some((_, base)) = self.columns.get(yardstick) else {
            return;
        };
        for (row, base) in base.iter().enumerate() {
            let cells = self.columns.iter().filter_map(|(_, figures)| figures.get(row));
            let cells = cells.map(|figure| cell(figure.value, base.value));
            println!("{:<28}{}", base.name, cells.collect::<String>());
        }
    }
}

/// A value and its ratio to another.
pub(crate) fn cell(value: f64, base: f64) -> String {
    format!("{value:>12.1} ({:>5.2})", value / base)
}

/// Half of the values are no greater; 0 of none.
pub(crate) fn median(values: Vec<f64>) -> f64 {
    quantile(values, 50)
}

/// So many per cent of the values are no greater (nearest rank); 0 of none.
pub(crate) fn quantile(mut values: Vec<f64>, percent: usize) -> f64 {
    values.sort_by(f64::total_cmp);
    let rank = (values.len() * percent).div_ceil(100);
    values.get(rank.saturating_sub(1)).copied().unwrap_or_default()
}

/// Milliseconds.
pub(crate) fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_values_that_were_seen() {
        let values = || (1..=30).rev().map(f64::from).collect::<Vec<_>>();
        assert_eq!((median(values()), quantile(values(), 90)), (15.0, 27.0));
        assert_eq!((median(vec![7.0]), median(Vec::new())), (7.0, 0.0));
    }
}
