"""The roles documents, inspection and firmware: the maker's papers, fitted parts and images, judged at the desk."""
