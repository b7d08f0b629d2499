//! Forms in pieces of every size, good ones and bad ones.

use axum::http::HeaderValue;

use super::*;

const FORM: &[u8] = b"before it\r\n--xyz\r\nContent-Disposition: form-data; name=\"text_message\"\r\n\r\nhello\r\n--xy\r\n\
--xyz\r\ncontent-type: Text/Plain; charset=utf-8\r\nContent-Disposition: form-data; name=files; filename=\"a \\\"b\\\".txt\"\r\n\r\n\
\r\n--xyz\r\nContent-Disposition: form-data; name=\"f\"; filename*=UTF-8''%C3%BC.png; filename=\"u.png\"\r\n\r\n\
\x89PNG\r\n\r\n\x00--xyz\r\n--xyz--\r\nafter it";

fn form_in(pieces: Vec<Bytes>, kind: &'static str, most: u64) -> Result<Form, Error> {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    let pieces = pieces.into_iter().map(Ok::<_, std::io::Error>);
    Form::new(&headers, Body::from_stream(stream::iter(pieces)), most)
}

fn form(text: &[u8], size: usize) -> Form {
    let pieces = text.chunks(size).map(Bytes::copy_from_slice).collect();
    form_in(pieces, "multipart/form-data; boundary=xyz", text.len() as u64).unwrap()
}

async fn rest_of_part(form: &mut Form) -> Result<Vec<u8>, Error> {
    let mut all = Vec::new();
    let mut contents = form.contents();
    while let Some(piece) = contents.next().await {
        all.extend_from_slice(&piece?);
    }
    Ok(all)
}

async fn parts(mut form: Form) -> Result<Vec<(Part, Vec<u8>)>, Error> {
    let mut parts = Vec::new();
    while let Some(part) = form.part().await? {
        let contents = rest_of_part(&mut form).await?;
        parts.push((part, contents));
    }
    assert_eq!(form.part().await?, None, "it stays at its end");
    Ok(parts)
}

fn file(name: &str, file: &str, content_type: &str) -> Part {
    Part {
        name: name.to_owned(),
        file: Some(FilePart {
            name: file.to_owned(),
            content_type: content_type.to_owned(),
        }),
    }
}

#[tokio::test]
async fn a_form_is_the_same_however_it_comes_in_pieces() {
    let text = Part {
        name: "text_message".to_owned(),
        file: None,
    };
    let expected = [
        (text, b"hello\r\n--xy".to_vec()),
        (file("files", "a \"b\".txt", "text/plain"), Vec::new()),
        (
            file("f", "ü.png", "application/octet-stream"),
            b"\x89PNG\r\n\r\n\x00--xyz".to_vec(),
        ),
    ];
    for size in 1..=FORM.len() {
        assert_eq!(parts(form(FORM, size)).await.unwrap(), expected, "in pieces of {size}");
    }
}

#[tokio::test]
async fn what_is_not_read_of_a_part_is_passed_over() {
    let mut form = form(FORM, 7);
    let mut names = Vec::new();
    while let Some(part) = form.part().await.unwrap() {
        names.push(part.name);
    }
    assert_eq!(names, ["text_message", "files", "f"]);
}

#[tokio::test]
async fn a_form_that_breaks_off_is_none() {
    let end = FORM.len() - b"--\r\nafter it".len();
    for length in 0..end {
        let broken = parts(form(&FORM[..length], 16)).await;
        assert!(matches!(broken, Err(Error::Invalid(_))), "of {length}: {broken:?}");
    }
    for text in [
        "--xyz\r\n\r\nno head\r\n--xyz--",
        "--xyz\r\nContent-Type: text/plain\r\n\r\nno name\r\n--xyz--",
        "--xyz\r\nContent-Disposition: form-data; filename=\"a\"\r\n\r\nno name\r\n--xyz--",
        "--xyz\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\n\r\n--xyz--",
        "--xyz\r\nContent-Disposition: form-data; name=\"a\r\n\r\n\r\n--xyz--",
        "--xyz\r\nno header\r\n\r\n\r\n--xyz--",
        "--xyz and more\r\n",
        "--other--",
    ] {
        let refused = parts(form(text.as_bytes(), 1_000)).await;
        assert!(matches!(refused, Err(Error::Invalid(_))), "{text}: {refused:?}");
    }
    let endless = format!("--xyz\r\nx: {}", "y".repeat(2 * HEAD));
    assert!(parts(form(endless.as_bytes(), 1_000)).await.is_err());
}

#[tokio::test]
async fn a_form_has_a_boundary_and_a_size() {
    for kind in [
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=\"",
        "multipart/form-data; charset=utf-8",
        "multipart/form-data; boundary=12345678901234567890123456789012345678901234567890123456789012345678901",
    ] {
        assert!(form_in(Vec::new(), kind, 10).is_err(), "{kind}");
    }
    let quoted = "multipart/form-data; charset=utf-8; Boundary=\"x;z\"";
    let text = Bytes::from_static(b"--x;z\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--x;z--");
    assert_eq!(
        parts(form_in(vec![text], quoted, 1_000).unwrap()).await.unwrap().len(),
        1
    );

    let mut pieces: Vec<Bytes> = FORM.chunks(8).map(Bytes::copy_from_slice).collect();
    let most = FORM.len() as u64;
    pieces.push(Bytes::from_static(b"1"));
    let kind = "multipart/form-data; boundary=xyz";
    // What comes after the end is not even read.
    assert_eq!(
        parts(form_in(pieces.clone(), kind, most).unwrap()).await.unwrap().len(),
        3
    );
    let refused = parts(form_in(pieces, kind, most - 24).unwrap()).await;
    assert!(matches!(refused, Err(Error::TooLarge)), "{refused:?}");
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CONTENT_LENGTH, HeaderValue::from_static("11"));
    assert!(matches!(Form::new(&headers, Body::empty(), 10), Err(Error::TooLarge)));
}

#[tokio::test]
async fn a_text_is_short_and_utf_8() {
    let text = "--xyz\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\ngrün\r\n--xyz--";
    let mut whole = form(text.as_bytes(), 3);
    whole.part().await.unwrap();
    assert_eq!(whole.text(5).await.unwrap(), "grün");
    let mut longer = form(text.as_bytes(), 3);
    longer.part().await.unwrap();
    assert!(matches!(longer.text(4).await, Err(Error::TooLarge)));
    let mut bytes = form(
        b"--xyz\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\xff\r\n--xyz--",
        9,
    );
    bytes.part().await.unwrap();
    assert!(matches!(bytes.text(4).await, Err(Error::Invalid(_))));
}

#[tokio::test(start_paused = true)]
async fn a_form_that_stops_coming_is_given_up() {
    let kind = "multipart/form-data; boundary=xyz";
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    let first = stream::iter([Ok::<_, std::io::Error>(Bytes::from_static(b"--xyz\r\n"))]);
    let body = Body::from_stream(first.chain(stream::pending()));
    let mut form = Form::new(&headers, body, 100).unwrap();
    assert!(matches!(form.part().await, Err(Error::Invalid(_))));
    form.drain().await;
}
