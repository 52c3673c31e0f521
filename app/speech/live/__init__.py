"""Speech as it comes: text while someone is still speaking, corrected as more is heard."""
