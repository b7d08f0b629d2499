//! Random keys for servers that live as long as one step.

use std::fs::File;
use std::io::Read;

use anyhow::{Context, Result};

/// 32 random bytes as 64 hexadecimal digits, which are valid base64 too (of 48 bytes).
pub(crate) fn random() -> Result<String> {
    let mut bytes = [0; 32];
    let mut source = File::open("/dev/urandom").context("open the system's randomness")?;
    source.read_exact(&mut bytes).context("read the system's randomness")?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_differ() {
        let (one, two) = (random().unwrap(), random().unwrap());
        assert_eq!((one.len(), two.len()), (64, 64));
        assert_ne!(one, two);
    }
}
