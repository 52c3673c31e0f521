"""Reading files: each format by a small reader of its own, in a child process.

Composed of pdfium, lexbor (HTML), calamine (sheets), olefile and striprtf around the standard
library, after a comparison with one library that reads nearly everything. Measured on 25 files of
Unstructured's example documents without text recognition, the best of three calls in one warm
process on one core; sizes are of native code, as it is and xz -6:

                                  kreuzberg 4.10.4     xberg 1.3.9          composed
    texts that are kept, of 20    17                   18                   20
    a password is told as such    yes                  not of an .xlsx      yes
    pages of PDF/s, with headings 70                   106                  190
    an EPUB, 340,000 characters   89 ms                168 ms               46 ms
    a .docx of one page           2.3 ms               2.4 ms               1.4 ms
    scans                         the file as a whole  the file as a whole  page by page
    native code                   79 + 22 MB           103 + 31 MB          15 MB
    native code, xz               21 + 6 MB            29 + 9 MB            4.5 MB

The second number of the others is the onnxruntime that they bring. What they lose is text in GBK
and cp1252, HTML that declares such an encoding, a .docx that is named .doc, and the order of the
columns of a page. Word's and PowerPoint's old formats are read after [MS-DOC] and [MS-PPT]: no
library with a permissive licence reads them. All of it runs on processors with SSSE3 alone.
"""
