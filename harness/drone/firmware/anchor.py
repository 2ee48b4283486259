"""What the maker put into the boot loader at the release; ``firmware/release.py`` writes this file."""

VENDOR_KEY = """-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEp0m+vvkcB4J1kQFCFIGg2Mqbh1jW
UvyaHcrKp+SP/bB2mLC7ZDDjIcCteXEsCZ33mP4G+TXgWyJSoCr2lhWqbw==
-----END PUBLIC KEY-----
"""
RELEASE_SIGNATURE = """
30440220526afeb41d12c5cc6350b6c100af4772fd0b5759a120af5ff6dcaa6dce76de2102200917d4ad9c1136901a85
0f3d4ab8ad9a774b52ba9b7e04480cef2705db438bf2
"""
