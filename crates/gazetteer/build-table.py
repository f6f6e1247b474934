#!/usr/bin/env python3
"""Makes places/towns.txt.gz out of GeoNames' postal code dumps.

    build-table.py OUT FILE...

Each FILE is a GeoNames postal dump (tab separated, as on geonames.org) or a CSV with the columns
country_code, zipcode, place, state, latitude, longitude; it may be gzipped. GeoNames data is under
CC BY 4.0, named in NOTICE. What changes: postboxes are left out, places with one postcode, name and
position are written once, coordinates keep three decimals.
"""
import csv, gzip, io, sys

out, files = sys.argv[1], sys.argv[2:]
rows = set()
for name in files:
    raw = open(name, "rb").read()
    text = (gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw).decode("utf-8-sig")
    if text.startswith("country_code"):
        records = ((r["country_code"], r["zipcode"], r["place"], r["state"], r["latitude"], r["longitude"]) for r in csv.DictReader(io.StringIO(text)))
    else:
        records = ((c[0], c[1], c[2], c[3], c[9], c[10]) for c in csv.reader(io.StringIO(text), delimiter="\t"))
    for country, postcode, place, region, lat, lon in records:
        if not lat or "CEDEX" in postcode.upper() or "cedex" in place.lower():
            continue
        if country == "FR" and not (41 < float(lat) < 52):
            continue
        postcode = postcode.removeprefix("L-").strip()
        rows.add((country, postcode, place.strip(), region.strip(), round(float(lat), 3), round(float(lon), 3)))
lines, last = [], None
for country, postcode, place, region, lat, lon in sorted(rows):
    head = f"{country}\t{region}"
    if head != last:
        lines.append(f"#{head}")
        last = head
    lines.append(f"{postcode}\t{place}\t{lat:g}\t{lon:g}")
with open(out, "wb") as f:
    f.write(gzip.compress("\n".join(lines).encode(), 9, mtime=0))
print(len(rows), "places")
