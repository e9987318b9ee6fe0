"""How likely is an open lead to be won, by the company's own history?"""
