"""Verification of derivatives and judgement of claims: by proof, else by values."""
