"""What a run hands to its readers: charts, page, workbook, booklet and the words that go with them."""
