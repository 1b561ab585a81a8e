"""Small feeds, dates and pages of our own making, for a search to start from."""

_ITEM = (
    '<item><guid isPermaLink="false">a1</guid><link>https://a.example/1</link><title>Four &amp;amp; <b>more</b></title>'
    "<description><![CDATA[<p>Short.</p>]]></description><pubDate>Wed, 04 Mar 2026 10:30:00 +0100</pubDate></item>"
)
RSS = (
    '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:media="http://search.yahoo.com/mrss/" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel>'
    "<title>Desk</title><link>https://news.example/</link><language>en-gb</language><ttl>15</ttl>"
    f"<sy:updatePeriod>daily</sy:updatePeriod>{_ITEM}"
    "<item><dc:date>2026-03-04</dc:date><media:group><media:title>T</media:title></media:group></item></channel></rss>"
)
ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ar" xml:base="https://news.example/a/"><title>Desk</title>'
    '<link rel="self" href="feed"/><entry><id>urn:1</id><title type="xhtml"><div>One <i>two</i></div></title>'
    '<link href="1"/><updated>2026-03-04T09:00:00Z</updated><content type="html">&lt;p&gt;Text</content></entry></feed>'
)
RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
    '<channel><title>Desk</title></channel><item rdf:about="https://news.example/1"><title>One</title></item></rdf:RDF>'
)
ENTITIES = (
    f'<!DOCTYPE rss [<!ENTITY o "One">]><rss><channel>{_ITEM.replace("Four", "&o;&nbsp;&#8364;")}</channel></rss>'
)
JSON = (
    '{"version": "https://jsonfeed.org/version/1.1", "title": "Desk", "home_page_url": "https://news.example/",'
    ' "items": [{"id": 1, "url": "/1", "title": "One", "content_html": "<p>x", "date_published": "2026-03-04T09:00Z"}]}'
)
SITEMAP = (
    '<urlset xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://news.example/1</loc><news:news>'
    "<news:publication><news:name>Desk</news:name><news:language>en</news:language></news:publication>"
    "<news:publication_date>2026-03-04</news:publication_date><news:title>One</news:title></news:news></url></urlset>"
)
FEEDS = (
    *(text.encode() for text in (RSS, ATOM, RDF, ENTITIES, JSON, SITEMAP)),
    RSS.encode("utf-16"),
    JSON.encode("utf-16-le"),
    RSS.replace("utf-8", "windows-1251").replace("Desk", "Мост").encode("windows-1251"),
)
TOKENS = (
    *(
        "<item>",
        "</item>",
        "<entry>",
        "</entry>",
        "<title>",
        "</title>",
        "<link>",
        "</link>",
        "<guid>",
        "<id>",
        "<rss>",
    ),
    *(
        "<![CDATA[",
        "]]>",
        "<!--",
        "-->",
        "<?",
        "?>",
        "<!DOCTYPE",
        '<!ENTITY a "b">',
        "&a;",
        "&amp;",
        "&#0;",
        "&#xd800;",
    ),
    *(
        "<updated>",
        "<pubDate>",
        "<dc:date>",
        "<content>",
        "<content type='xhtml'>",
        "<media:group>",
        "<source>",
        "<image>",
    ),
    *(" xml:base='../'", " href='//x'", " rel='alternate'", " isPermaLink='true'", "<urlset>", "<url>", "<news:news>"),
    *(
        'encoding="punycode"',
        'encoding="utf-16"',
        '"items":[',
        '{"id":',
        "1e999",
        "NaN",
        "\\ud800",
        "</rss>",
        "</feed>",
    ),
)
DATES = (
    *(
        "Wed, 04 Mar 2026 10:30:00 +0100",
        "2026-03-04T09:30:00.123Z",
        "20260304T093000Z",
        "1772616600",
        "mar., 4 mars 2026",
    ),
    *(
        "March 4th, 2026 at 4:30 am EST",
        "2026年3月4日 (水) 9時30分",
        "٤ آذار ٢٠٢٦ ٠٩:٣٠",
        "2026. március 4. 09:30",
        "4 Jul 2025 12:00 PT",
    ),
    *(
        "2026년 3월 4일 오전 9:30",
        "4 марта 2026 г. 12:30 MSK",
        "26/02/2026 - 10:00",
        "2004-július-13T9:15-05:00",
        "24:00 כ״ח",
    ),
)
PAGES = (
    b"<!DOCTYPE html><html lang=en><head><title>Bridge closed</title><link rel=canonical href=/bridge>"
    b'<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Bridge closed",'
    b' "datePublished": "2026-03-04T08:15:00+01:00", "author": {"name": "Ann Lee"}}</script></head><body><article>'
    b"<h1>Bridge closed</h1><p>The bridge at the harbour was closed on Wednesday after engineers found cracks in"
    b" its pillars, the town said.</p><p>It will stay closed for a week, and buses take another way until then.</p>"
    b"<figure><img src=1.jpg><figcaption>The bridge</figcaption></figure></article></body></html>",
)
